{
    "name": "Quick Passwords",
    "summary": "Passwords of tests are hashed in few rounds",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Customer Portal",
    "depends": ["base"],
    "installable": False,
}
