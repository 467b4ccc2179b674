"""`ccr model` by keyboard: each screen is a list to choose from, and a way back by Esc.

asking          questions that Esc leaves
desk            the file on the desk: a change shown, confirmed, written
home            all at a glance
rule            one scenario
provider        one provider
adding          a new provider
models          the models of a provider
adapting        its transformers
mistakes        what is wrong with the file
"""
