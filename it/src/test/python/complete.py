"""Presses Tab in an interactive zsh and prints what becomes of the line: complete.py SCRIPT LINE..."""
import os
import pty
import re
import select
import sys
import time


def complete(script, line):
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", PS1="$ ", ZDOTDIR="/nonexistent")
        os.execvp("zsh", ["zsh", "-f", "-i"])

    def send(text):
        os.write(terminal, text.encode())

    def read(until):
        out = b""
        end = time.time() + 20
        while until not in out and time.time() < end:
            if select.select([terminal], [], [], 0.2)[0]:
                out += os.read(terminal, 65536)
        return out.decode(errors="replace")

    # Echoed words are broken, so that only what is printed is found.
    send("unsetopt zle_bracketed_paste; bindkey '^I' expand-or-complete; autoload -U compinit; "
         "compinit -u -D; source '" + script + "'; echo com''pletes\n")
    read(b"completes\r\n")
    send("show() { print -r -- \"<<$BUFFER>>\"; }; zle -N show; bindkey '^X' show; echo sho''ws\n")
    read(b"shows\r\n")
    send(line + "\t\x18")
    shown = re.findall(r"<<(.*)>>", read(b">>"))
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return shown[-1] if shown else "nothing"


for wanted in sys.argv[2:]:
    print(complete(sys.argv[1], wanted), flush=True)
