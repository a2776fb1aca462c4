from typing import NamedTuple

from odoo import api, models

from ...icons import ICONS
from ..record.waiting import SUPPORT_END, WaitingItem

# Areas of widgets that stand beside each other in two columns.
COLUMNS = ("main", "side")


class Band(NamedTuple):
    """Widgets that stand below each other, in two columns or beside each other."""

    area: str  # "columns", "wide" or "charts"
    main: tuple = ()
    side: tuple = ()
    widgets: tuple = ()


class CustomerPortalWidget(models.Model):
    """How a home page is laid out: bands in the order of the profile.

    Where there is room, a band of columns has what is to be done on the left. On a
    phone, and for a screen reader, it comes before what stands beside it.
    """

    _inherit = "customer.portal.widget"

    @api.model
    def _arrange(self, widgets, support_end):
        """Return the bands above the cards of modules, and those below.

        :param list widgets: see ``_get_portal_widgets``
        :param support_end: the day that is announced, if any
        :rtype: tuple[list[Band], list[Band]]
        """
        widgets = self._fold_support_end(widgets, support_end)
        kinds = [widget["kind"] for widget in widgets]
        place = kinds.index("modules") if "modules" in kinds else len(widgets)
        return (
            self._make_bands(widgets[:place]),
            self._make_bands(widgets[place + 1 :]),
        )

    @api.model
    def _fold_support_end(self, widgets, day):
        """Tell the end of support in For You, where it stands among what is to do."""
        for_you = [widget for widget in widgets if widget["kind"] == "for_you"]
        kinds = {widget["kind"] for widget in widgets}
        if not for_you or "support_end" not in kinds:
            return widgets
        if day:
            template = "customer_portal.home_for_you_support_end"
            item = WaitingItem(SUPPORT_END, ICONS["clock"], template=template)
            items = for_you[0]["content"]["items"]
            items.append(item)
            items.sort(key=lambda one: one.place)
        return [widget for widget in widgets if widget["kind"] != "support_end"]

    @api.model
    def _make_bands(self, widgets):
        """Put widgets of the same area that follow each other into one band."""
        bands, areas = [], []
        for widget in widgets:
            area = "columns" if widget["area"] in COLUMNS else widget["area"]
            if areas[-1:] != [area]:
                areas.append(area)
                bands.append([])
            bands[-1].append(widget)
        return [self._make_band(*band) for band in zip(areas, bands, strict=True)]

    @api.model
    def _make_band(self, area, widgets):
        if area != "columns":
            return Band(area, widgets=widgets)
        main = [widget for widget in widgets if widget["area"] == "main"]
        side = [widget for widget in widgets if widget["area"] == "side"]
        # What has nothing beside it takes the larger column.
        return Band(area, main or side, side if main else [])
