"""Providers, models and routes, changed by a person: what `ccr model` and `ccr provider` have in common.

entries         providers and their models as they stand in a file
references      where rules name them
providers       changes of providers and models
routes          changes of rules
uses            changes of transformers
order           another order, comments and all
differences     a change in plain words
saving          a change checked, shown, written, and taken by a running service
trying          whether a provider answers, and which models it has
screens/        all that, by keyboard
"""
