"""Floor 5: agents, helpers that take part in a conversation. They get ``ask``, never a URL.

``contract``   what an agent is: ``Agent``, and its ``Task`` for one request
``ask``        how an agent asks a model
``crew``       all agents of a configuration, and those that take part in one request
``rounds``     runs calls of agents' tools and asks on; ``joint`` makes one message of the answers
``hidden``     puts calls that the client never saw back into the conversation
``image``      eyes for models that have none; ``pictures`` numbers and replaces images
``safeguard``  verdicts for auto mode; ``policy`` the user's rules, ``judge`` the model that decides the rest
``search``     web search for models that have none; ``backends`` the engines, ``results`` the client's blocks
``load``       agents of the user's own
"""
