"""Prints the datagrams that reach a Unix socket, as a service manager would read them: hear.py NAME,
where @ begins a name without a file."""
import socket
import sys

name = sys.argv[1]
ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
ear.bind("\0" + name[1:] if name.startswith("@") else name)
print("hears", flush=True)
while True:
    print(ear.recv(4096).decode(), flush=True)
