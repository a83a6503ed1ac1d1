#!/bin/sh
# lockbroker-fence @VERSION@: a reference-transaction hook, made by 'lockctl fence install'.
# Refuses what a process does to refs whose lease (LOCKBROKER_LEASE) has ended; whoever has none is
# let pass. The hook that was here before has '.before-lockbroker' behind its name and runs after it.
# Builtins only, but for a repository whose path has letters that the lease writes as %XX.

# The lease's ticket is in the journal, kept by the clock (no run folder says so), and not ended.
lockbroker_in_journal() {
  lockbroker_there=1
  while IFS= read -r lockbroker_line; do
    lockbroker_line=";${lockbroker_line#* * };"
    case $lockbroker_line in *";w $3 $2 "*) lockbroker_there=0 ;; esac
    case $lockbroker_line in *";e $3 "*) lockbroker_there=1 ;; esac
  done <"$1/journal" 2>/dev/null
  return $lockbroker_there
}

lockbroker_check() {
  lockbroker_common=${GIT_COMMON_DIR:-${GIT_DIR:-.git}}
  if [ -f "$lockbroker_common" ]; then
    IFS= read -r lockbroker_line <"$lockbroker_common"
    lockbroker_common=${lockbroker_line#gitdir: }
  elif [ ! -d "$lockbroker_common" ]; then
    lockbroker_common=. # a bare repository
  fi
  if [ -f "$lockbroker_common/commondir" ]; then
    IFS= read -r lockbroker_line <"$lockbroker_common/commondir"
    case $lockbroker_line in
      /*) lockbroker_common=$lockbroker_line ;;
      *) lockbroker_common=$lockbroker_common/$lockbroker_line ;;
    esac
  fi
  # <journal folder>:<request>:<ticket>:<token>:<claims>; the innermost first.
  lockbroker_rest=$LOCKBROKER_LEASE\;
  while [ -n "$lockbroker_rest" ]; do
    lockbroker_tag=${lockbroker_rest%%;*} lockbroker_rest=${lockbroker_rest#*;}
    lockbroker_place=${lockbroker_tag%%:*} lockbroker_tag=${lockbroker_tag#*:}
    lockbroker_request=${lockbroker_tag%%:*} lockbroker_tag=${lockbroker_tag#*:}
    lockbroker_ticket=${lockbroker_tag%%:*} lockbroker_tag=${lockbroker_tag#*:}
    case $lockbroker_place in
      *%*)
        lockbroker_octal= lockbroker_place=$lockbroker_place%
        while [ -n "$lockbroker_place" ]; do
          lockbroker_octal=$lockbroker_octal${lockbroker_place%%%*}
          lockbroker_place=${lockbroker_place#*%}
          [ -n "$lockbroker_place" ] || break
          lockbroker_hex=${lockbroker_place%"${lockbroker_place#??}"}
          lockbroker_place=${lockbroker_place#??}
          case $lockbroker_hex in [0-9A-F][0-9A-F]) ;; *) continue 2 ;; esac # not written by us
          lockbroker_hex=$((0x$lockbroker_hex))
          lockbroker_octal="$lockbroker_octal\\0$((lockbroker_hex / 64))$((lockbroker_hex / 8 % 8))$((lockbroker_hex % 8))"
        done
        lockbroker_place=$(printf '%b.' "$lockbroker_octal")
        lockbroker_place=${lockbroker_place%.}
        ;;
    esac
    [ "${lockbroker_place%/*}" -ef "$lockbroker_common" ] || continue
    [ ! -d "$lockbroker_common/lockbroker/run/$lockbroker_request.$lockbroker_ticket" ] || return 0
    ! lockbroker_in_journal "$lockbroker_place" "$lockbroker_request" "$lockbroker_ticket" || return 0
    printf '%s\n' "lockctl: refused to change refs: lease $lockbroker_ticket (token ${lockbroker_tag%%:*}), under which this process was started, has ended; start it again under 'lockctl run', or unset LOCKBROKER_LEASE to go on without a lock" >&2
    exit 1
  done
}

case ${1-} in
  prepar*) [ -z "${LOCKBROKER_LEASE:-}" ] || lockbroker_check ;;
esac
[ -x "$0.before-lockbroker" ] || exit 0
exec "$0.before-lockbroker" "$@"
