"""Domains at which anybody gets a mailbox: none of them says where somebody works.

The first come from Odoo's ``iap`` (``_MAIL_PROVIDERS``), which need not be installed; a
test compares. Others are national providers, relays that hide an address, and mailboxes
that are thrown away.
"""

NAMES = """
10minutemail.com 10minutemail.net 126.com 139.com 163.com 188.com 189.cn 1und1.de
21cn.com 263.net 7thcomputing.com a1.net abv.bg accountant.com addy.io aim.com
aleeas.com alice.com alice.it aliceadsl.fr aliyun.cn aliyun.com ameritech.net
anonaddy.com anonaddy.me aol.co.uk aol.com aol.com.au aol.de aol.es aol.fr aol.it aon.at
arcor.de armyspy.com arnet.com.ar aselcis.com asia.com asterisk-tech.mn atlas.cz
atomicmail.io att.net au.com autorambler.ru azet.sk bbox.fr belgacom.net bell.net
bellsouth.net berlin.com bigmir.net bigpond.com bigpond.net.au bk.ru blackwaretech.com
bluemail.ch bluemail.me bluewin.ch blueyonder.co.uk bol.com bol.com.br bouygtel.fr
bredband.net btinternet.com btopenworld.com burnermail.io byom.de cableone.net
caramail.com casema.nl cegetel.net centrum.cz centrum.sk centurylink.net centurytel.net
charter.net cheerful.com chello.at chello.nl citromail.hu club-internet.fr cock.li
comcast.net comhem.se compuserve.com connect.hku.hk consultant.com contractor.net
cox.net ctemplar.com cuvox.de daum.net dayrep.com dbmail.com dir.bg discard.email
dispostable.com disroot.org docomo.ne.jp dodo.com.au dr.com dropmail.me duck.com
earthlink.net eastlink.ca eezee-it.com eim.ae einrot.com elisanet.fi email.com email.cz
email.de email.it emailondeck.com emailtemp.org embarqmail.com engineer.com esi.dz
europe.com excite.co.jp excite.com excite.it execs.com ezweb.ne.jp fakeinbox.com
fakemail.net fastmail.com fastmail.fm fastmail.us fastwebnet.it fibertel.com.ar fiu.edu
fleckens.hu forthnet.gr foxmail.com free.fr freemail.hu freenet.de frisurf.no
frontier.com frontiernet.net games.com gamil.com gazeta.pl getnada.com globo.com
globomail.com gmai.com gmail.co gmail.co.uk gmail.com gmail.com.br gmail.con gmail.de
gmail.es gmail.fr gmail.it gmail.om gmaill.com gmal.com gmial.com gmil.com gmx.at
gmx.biz gmx.ch gmx.co.uk gmx.com gmx.de gmx.es gmx.eu gmx.fr gmx.info gmx.it gmx.li
gmx.net gmx.org gmx.se gmx.us goo.jp google.co.uk google.com googlemail.co.uk
googlemail.com grr.la guerrillamail.biz guerrillamail.com guerrillamail.de
guerrillamail.info guerrillamail.net guerrillamail.org guerrillamailblock.com gustr.com
hackermail.com hanmail.com hanmail.net hec.ca hetnet.nl hey.com hispeed.ch hku.hk
hku.hku hol.gr home.nl home.se hot.ee hotmai.com hotmail.at hotmail.be hotmail.ca
hotmail.ch hotmail.cl hotmail.co.id hotmail.co.il hotmail.co.jp hotmail.co.nz
hotmail.co.th hotmail.co.uk hotmail.co.za hotmail.com hotmail.com.ar hotmail.com.au
hotmail.com.br hotmail.com.co hotmail.com.hk hotmail.com.mx hotmail.com.tr
hotmail.com.tw hotmail.cz hotmail.de hotmail.dk hotmail.es hotmail.fi hotmail.fr
hotmail.gr hotmail.hr hotmail.hu hotmail.it hotmail.jp hotmail.lt hotmail.lv hotmail.my
hotmail.nl hotmail.no hotmail.ph hotmail.rs hotmail.se hotmail.sg hotmail.si hotmail.sk
hushmail.com hushmail.me i.softbank.jp i.ua ibest.com.br icloud.com icloud.com.cn
ig.com.br ihug.co.nz iinet.net.au in.com in.gr iname.com inbox.com inbox.com.ua inbox.eu
inbox.lv inbox.ru inboxkitten.com indamail.hu indiatimes.com inorbit.com interia.eu
interia.pl internet.is internet.ru internode.on.net inwind.it iol.it jourrapide.com
jubii.dk juno.com kabelmail.de kakao.com kedgebs.com keemail.me knology.net kolumbus.fi
kpnmail.nl laposte.net lavabit.com ldc.edu.in lenta.ru libero.com libero.it linkedin.com
linuxmail.org list.ru live.at live.be live.ca live.ch live.cl live.cn live.co.uk
live.co.za live.com live.com.ar live.com.au live.com.mx live.com.my live.com.ph
live.com.pt live.com.sg live.de live.dk live.fi live.fr live.gr live.hk live.ie live.in
live.it live.jp live.lu live.nl live.no live.se london.com love.com luukku.com
lycos.co.uk lycos.com lycos.de lycos.fr lycos.it mac.com magenta.de mail-temp.com
mail.bg mail.by mail.ch mail.com mail.de mail.dk mail.ee mail.fr mail.kz mail.odoo.com
mail.ru mail.ru.com mail.tm mail.ua mail7.io mailbox.org mailcatch.com maildrop.cc
mailfence.com mailinator.com mailnesia.com mailnull.com mailo.com mailpoof.com
mailsac.com me.com meta.ua mindspring.com mintemail.com minuteinbox.com moakt.cc
moakt.com mohmal.com mozmail.com msn.com munich.com mvrht.com mweb.co.za mynet.com
myrambler.ru myself.com mytemp.email myyahoo.com nada.email nate.com naver.co.kr
naver.com net-c.com netcourrier.com netscape.net netzero.com netzero.net neuf.fr
nifty.com nirmauni.ac.in noos.fr ntlworld.com numericable.fr nwytg.com nwytg.net
nyit.edu o2.pl oci.fr ofir.dk oi.com.br ok.de one.com onet.eu onet.pl online.de
online.no onmail.com ono.com op.pl opayq.com optimum.net optonline.net optusnet.com
optusnet.com.au orange.fr orbitalu.com otenet.gr outlook.at outlook.be outlook.cl
outlook.cn outlook.co.id outlook.co.il outlook.co.th outlook.com outlook.com.ar
outlook.com.au outlook.com.br outlook.com.gr outlook.com.tr outlook.com.vn outlook.cz
outlook.de outlook.dk outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it
outlook.jp outlook.kr outlook.lv outlook.my outlook.nl outlook.ph outlook.pt outlook.ro
outlook.sa outlook.sg outlook.sk outlook.th pacbell.net paradise.net.nz passagen.se
passinbox.com passmail.net passport.com planet.nl plus.net pm.me poczta.fm
poczta.onet.pl post.com post.cz posta.it poste.it posteo.de posteo.net pp.inet.fi
prisme.ch privaterelay.appleid.com prixgen.com prodigy.net.mx proton.ch proton.me
protonmail.ch protonmail.com protonmail.dev proximus.be pt.lu ptd.net q.com qq.com
quicknet.nl r7.com rambler.ru rambler.ua rediff.com rediffmail.com rhyta.com riseup.net
ro.ru roadrunner.com rocketmail.com rogers.com rr.com runbox.com safe-mail.net
safecoms.com sapo.pt saunalahti.fi sbcglobal.net scarlet.be sent.com seznam.cz sfr.fr
sharklasers.com shaw.ca shaw.net sify.com simnet.is simplelogin.co simplelogin.com
sina.cn sina.com sina.com.cn skiff.com sky.com skynet.be skynet.com slingshot.co.nz
slmail.me smile.fr sneakemail.com softbank.ne.jp sohu.com sol.dk spam4.me spamex.com
spamgourmet.com speedy.com.ar spray.se sprintit.fi startmail.com stofanet.dk
suddenlink.net sunrise.ch suomi24.fi supereva.it superonline.com superrito.com
supinfo.com swbell.net swissmail.com sympatico.ca t-online.de talktalk.net tdcadsl.dk
tds.net techie.com tele2.nl tele2.se telefonica.net telenet.be teleworm.us telfort.nl
telia.com telkomsa.net telus.net temp-mail.io temp-mail.org tempail.com tempmail.com
tempmail.net tempmailo.com tempr.email terra.com terra.com.br terra.es throwawaymail.com
tim.it tin.it tiscali.co.uk tiscali.it tlen.pl tmpmail.net tmpmail.org tom.com topnet.tn
tpg.com.au trashmail.com trashmail.de trashmail.net trbvm.com trbvn.com ttmail.com
ttnet.net.tr turk.net turkcell.com.tr tut.by tuta.com tuta.io tutamail.com tutanota.com
tutanota.de tutao.de twoomail.com ua.fm ukr.net unal.edu.co uniminuto.edu.co unitybox.de
uol.com uol.com.ar uol.com.br upcmail.nl usa.com useemlikefun.com verizon.net
vfemail.net videotron.ca vip.126.com vip.163.com vip.qq.com vip.sina.com virgilio.com
virgilio.it virgin.net virginmedia.com vivaldi.net vodafone.de vodamail.co.za voila.fr
volny.cz vols.utk.edu vp.pl walla.co.il walla.com wanadoo.fr web.de webmail.co.za
wegwerfmail.de wegwerfmail.net westnet.com.au windowslive.com windstream.net wo.cn
workmail.com wow.com wp.pl writeme.com xs4all.nl xtra.co.nz ya.com ya.ru yahoo.at
yahoo.be yahoo.bg yahoo.ca yahoo.ch yahoo.cl yahoo.cn yahoo.co.id yahoo.co.in
yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com
yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn yahoo.com.co yahoo.com.es
yahoo.com.hk yahoo.com.mx yahoo.com.my yahoo.com.pe yahoo.com.ph yahoo.com.sg
yahoo.com.tr yahoo.com.tw yahoo.com.ve yahoo.com.vn yahoo.cz yahoo.de yahoo.dk yahoo.es
yahoo.fi yahoo.fr yahoo.gr yahoo.hu yahoo.ie yahoo.in yahoo.it yahoo.lt yahoo.nl
yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.se yandex.by yandex.com yandex.com.tr
yandex.eu yandex.fr yandex.kz yandex.ru yandex.ua yeah.net ygm.com ymail.com yopmail.com
yopmail.fr yopmail.net ziggo.nl zipmail.com.br zoho.com zoho.com.au zoho.eu zoho.in
zohomail.com zohomail.eu zohomail.in zonnet.nl zoznam.sk
"""
PROVIDERS = frozenset(NAMES.split())
