"""The icons of customers' pages: what they stand for -> their class in Font Awesome.

Templates have them as `portal_icons`. Modules name theirs in a field.
"""

ICONS = {
    "add": "fa-plus",
    "arrow": "fa-long-arrow-right",
    "chart": "fa-pie-chart",
    "clock": "fa-clock-o",
    "closed": "fa-check",
    "documents": "fa-folder-open-o",
    "download": "fa-download",
    "edit": "fa-pencil",
    "email": "fa-envelope",
    "external": "fa-external-link",
    "faqs": "fa-question-circle",
    "file": "fa-paperclip",
    "folder": "fa-folder-o",
    "folder_open": "fa-folder-open",
    "image": "fa-file-image-o",
    "language": "fa-globe",
    "late": "fa-exclamation-circle",
    "more": "fa-ellipsis-h",
    "organization": "fa-building-o",
    "other": "fa-file-o",
    "pay": "fa-credit-card",
    "pdf": "fa-file-pdf-o",
    "phone": "fa-phone",
    "picture": "fa-camera",
    "sign": "fa-pencil-square-o",
    "sort": "fa-sort",
    "sort_down": "fa-sort-desc",
    "sort_up": "fa-sort-asc",
    "star": "fa-star",
    "star_empty": "fa-star-o",
    "upload": "fa-upload",
    "user": "fa-user-o",
}
