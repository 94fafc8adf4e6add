"""What a command does on one event loop: a run, a search for the capacity, a recording played, services watched.

They share bus, secrets, recording, signals and the switch interval. Nothing here prints: what there is to tell goes to
a :class:`pipegen.session.telling.Teller`.
"""
