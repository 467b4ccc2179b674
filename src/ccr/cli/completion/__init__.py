"""`ccr completion`: what a shell offers when a person asks it to go on.

scripts     what the shell evaluates once
answering   what it is answered each time: commands and options without importing more than one command
candidates  names out of the configuration: providers, models, presets, places
"""
