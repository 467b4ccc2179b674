"""Making a configuration: what is found on the machine, what is proposed, what is asked.

finding     keys in the environment, servers on this machine
choosing    models worth proposing, and routes over them
proposal    the choices as a configuration
asking      questions in the terminal
trying      whether it works
"""
