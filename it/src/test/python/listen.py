"""Makes a listening Unix socket and becomes a program that has it as its standard input, as launchd
and inetd do it: listen.py SOCKET PROGRAM [ARGUMENT]..."""
import os
import socket
import sys

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o600)
listener.listen(8)
os.dup2(listener.fileno(), 0)
os.execv(sys.argv[2], sys.argv[2:])
