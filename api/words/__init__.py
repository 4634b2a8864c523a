"""Every word that the server writes itself, by language: each file a shape, its texts and a table of them.

The pages' own words are in the catalogues of ``static/js/i18n``; so are those of reasons and faults, by code.
"""
