"""What Flink says a script means: its statements, its plans and tables understood, the topology they make.

Text in, values out: talks to no service. :mod:`pipegen.planner` asks Flink.
"""
