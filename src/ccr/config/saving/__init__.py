"""Writing configuration files: edits that keep what people wrote, whole writes, backups, masked secrets.

tree        where each value of a JSON5 text stands
edit        one place changed, added or removed; the rest of the text stays byte for byte
rewrite     a text brought to another value by such edits
places      paths as people write them: ``Providers.openrouter.models[0]``
files       atomic, private writes
backups     dated copies in ``.backups/`` beside the file
resolved    the settings as the router uses them, for people
schema      the JSON Schema beside the file
spotting    what tells a secret: names and looks
secrets     what is shown instead of keys, and the keys again
showing     the text of a file without its keys
document    a file on its way: read, changed, checked, saved
"""
