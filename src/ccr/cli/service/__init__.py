"""The running service, as the command line sees it.

home            where the files are
locks           a lock that its holder's death releases: the proof that a process lives
records         what a running service wrote down about itself
health          who answers at an address
ports           which user has a port
finding         all of that together: what is the state of things at this port?
users           who needs a service that was started for Claude Code
starting        as a process of its own, with a wait until it answers
stopping        with a wait until it is gone
running         in this process
"""
