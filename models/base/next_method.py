"""What Odoo does behind an override, without looking for it at each call.

``super()`` looks through one class after the other, and a contact is made of a hundred.
What Odoo asks for each column of each record, such as who may read it, then took thirty
times as long as without the override: a tenth of all that employees do with contacts.
So the class of the model keeps what ``super()`` finds, from when it is complete until
it changes. Before, and wherever nothing is kept, it is ``super()`` itself.
"""


def keep_next(model, owner, name, kept):
    """Keep what ``super()`` finds.

    :param model: whose class keeps it
    :param owner: the class that overrides the method
    :param name: of the method
    :param kept: name of the method that calls ``super()``, whose place it takes
    """
    cls = model.pool[model._name]
    setattr(cls, kept, getattr(super(owner, cls), name))


def forget_next(model, kept):
    """Let ``super()`` be asked again."""
    cls = model.pool[model._name]
    if kept in vars(cls):
        delattr(cls, kept)
