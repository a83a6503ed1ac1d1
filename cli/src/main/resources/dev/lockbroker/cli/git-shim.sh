#!/bin/sh
# lockbroker-shim @VERSION@: stands before git on PATH, made by 'lockctl shim install'.
# What only reads becomes git at once; everything else becomes 'lockctl git'. Builtins only: nothing
# is started on the way. Whatever is not surely a reader goes to lockctl, where the full table is: a
# mistake may cost time, never the lock. LOCKBROKER_DISABLE=1 makes it git and nothing else.
lockbroker_known=@GIT@
lockbroker_ctl=@LOCKCTL@

# Whether this file can be started and is no shim itself. The second line of a shim says so.
lockbroker_is_git() {
  [ -f "$1" ] && [ -x "$1" ] || return 1
  [ "$1" != "$lockbroker_known" ] || return 0
  lockbroker_1= lockbroker_2=
  { IFS= read -r lockbroker_1; IFS= read -r lockbroker_2; } <"$1" 2>/dev/null
  case $lockbroker_1$lockbroker_2 in '#!'*lockbroker-shim*) return 1 ;; esac
}

# The git behind this folder on PATH; never one before it, which may be what called us.
lockbroker_git= lockbroker_here= lockbroker_rest=${PATH:+$PATH:}
while [ -n "$lockbroker_rest" ]; do
  lockbroker_file=${lockbroker_rest%%:*}
  lockbroker_file=${lockbroker_file:-.}/git lockbroker_rest=${lockbroker_rest#*:}
  if [ -z "$lockbroker_here" ]; then
    [ ! "$lockbroker_file" -ef "$0" ] || lockbroker_here=yes
  elif lockbroker_is_git "$lockbroker_file"; then
    lockbroker_git=$lockbroker_file
    break
  fi
done
if [ -z "$lockbroker_git" ]; then
  if ! lockbroker_is_git "$lockbroker_known"; then
    printf '%s\n' "lockctl: no git behind '$0' on PATH; install git, or remove this file" >&2
    exit 127
  fi
  lockbroker_git=$lockbroker_known
fi
case $lockbroker_git in /*) ;; *) lockbroker_git=$PWD/$lockbroker_git ;; esac

[ "${LOCKBROKER_DISABLE:-}" != 1 ] || exec "$lockbroker_git" "$@"

# Diffs can be written to a file.
lockbroker_prints() {
  for lockbroker_word; do
    case $lockbroker_word in --) return 0 ;; --ours) ;; --ou*) return 1 ;; esac
  done
}

# Options that make 'branch' and 'tag' list, and nothing else but what goes with them.
lockbroker_lists() {
  lockbroker_list= lockbroker_names=
  while [ $# -gt 0 ]; do
    case $1 in
      --list | --contains | --contains=* | --no-contains | --no-contains=* | --merged | \
        --merged=* | --no-merged | --no-merged=* | --points-at=*) lockbroker_list=yes ;;
      --points-at)
        [ $# -ge 2 ] || return 1
        shift
        lockbroker_list=yes
        ;;
      --sort | --format)
        [ $# -ge 2 ] || return 1
        shift
        ;;
      --sort=* | --format=* | --column | --column=* | --no-column | --color | --color=* | \
        --no-color | --ignore-case | --omit-empty | -i) ;;
      -*) lockbroker_"$lockbroker_command" "$1" || return 1 ;;
      *) lockbroker_names=yes ;;
    esac
    shift
  done
  [ -z "$lockbroker_names" ] || [ -n "$lockbroker_list" ]
}

lockbroker_branch() {
  case $1 in
    --all | --remotes | --verbose | --show-current | --abbrev | --abbrev=* | --no-abbrev | \
      -[alrv] | -[arv][arv] | -[arv][arv][arv]) ;;
    *) return 1 ;;
  esac
}

lockbroker_tag() {
  case $1 in
    -l | -n | -n[0-9] | -n[0-9][0-9]) lockbroker_list=yes ;;
    *) return 1 ;;
  esac
}

lockbroker_config() {
  lockbroker_get= lockbroker_variable= lockbroker_names=0
  while [ $# -gt 0 ]; do
    case $1 in
      --get | --get-all | --get-regexp | --get-urlmatch | --get-color | --get-colorbool | \
        --list | -l) lockbroker_get=yes ;;
      --global | --system | --local | --worktree | --null | -z | --name-only | --show-origin | \
        --show-scope | --includes | --no-includes | --bool | --int | --bool-or-int | \
        --bool-or-str | --path | --expiry-date | --no-type | --type=* | --file=* | --blob=* | \
        --default=*) ;;
      --file | -f | --blob | --type | --default)
        [ $# -ge 2 ] || return 1
        shift
        ;;
      -*) return 1 ;;
      *)
        lockbroker_names=$((lockbroker_names + 1))
        case $lockbroker_names$1 in
          1get | 1list) lockbroker_get=yes ;;
          1set | 1unset | 1edit | 1rename-section | 1remove-section) return 1 ;;
          1*.*) lockbroker_variable=yes ;; # a subcommand has no dot
        esac
        ;;
    esac
    shift
  done
  [ -n "$lockbroker_get" ] || { [ -n "$lockbroker_variable" ] && [ "$lockbroker_names" -eq 1 ]; }
}

lockbroker_symbolic_ref() {
  lockbroker_names=0
  for lockbroker_word; do
    case $lockbroker_word in
      --quiet | -q | --short) ;;
      -*) return 1 ;;
      *) lockbroker_names=$((lockbroker_names + 1)) ;;
    esac
  done
  [ "$lockbroker_names" -eq 1 ]
}

# Whether git only reads when it is given these arguments.
lockbroker_reads() {
  while [ $# -gt 0 ]; do
    case $1 in
      -C | -c | --git-dir | --work-tree | --namespace)
        [ $# -ge 2 ] || return 1
        shift 2
        ;;
      --git-dir=* | --work-tree=* | --namespace=* | --config-env=* | --bare | --paginate | -p | \
        --no-pager | -P | --no-replace-objects | --no-optional-locks | --no-lazy-fetch | \
        --no-advice | --literal-pathspecs | --glob-pathspecs | --noglob-pathspecs | \
        --icase-pathspecs) shift ;;
      --version | -v | --help | -h | --exec-path | --html-path | --man-path | --info-path | \
        --list-cmds=*) return 0 ;;
      *) break ;;
    esac
  done
  [ $# -gt 0 ] || return 0
  lockbroker_command=$1
  shift
  case $lockbroker_command in
    status | rev-parse | rev-list | ls-files | ls-tree | ls-remote | cat-file | for-each-ref | \
      show-ref | merge-base | name-rev | describe | blame | annotate | grep | check-ignore | \
      check-attr | check-mailmap | check-ref-format | count-objects | cherry | var | version | \
      help | show-branch | verify-commit | verify-tag | verify-pack | patch-id | stripspace | \
      column | show-index | get-tar-commit-id | fsck | upload-pack | upload-archive) ;;
    diff | log | show | shortlog | diff-tree | diff-index | diff-files | range-diff)
      lockbroker_prints "$@"
      ;;
    branch | tag) lockbroker_lists "$@" ;;
    config) lockbroker_config "$@" ;;
    symbolic-ref) lockbroker_symbolic_ref "$@" ;;
    stash)
      case ${1-} in list | show) lockbroker_prints "$@" ;; *) return 1 ;; esac
      ;;
    remote)
      while :; do case ${1-} in -v | --verbose) shift ;; *) break ;; esac; done
      case ${1-none} in none | show | get-url) ;; *) return 1 ;; esac
      ;;
    worktree | sparse-checkout) [ "${1-}" = list ] ;;
    submodule) [ "${1-}" = status ] ;;
    notes) case ${1-none} in none | list | show) ;; *) return 1 ;; esac ;;
    reflog)
      case ${1-none} in none | show | exists | HEAD) lockbroker_prints "$@" ;; *) return 1 ;; esac
      ;;
    *) return 1 ;;
  esac
}

# Has to do with no repository that is there, or starts other gits that decide for themselves.
lockbroker_passes() {
  case ${1-} in
    clone | daemon | gui | instaweb | http-backend | credential | credential-cache | \
      credential-store | bugreport) ;;
    *) return 1 ;;
  esac
}

# What it becomes.
if lockbroker_passes "$@"; then
  exec "$lockbroker_git" "$@"
elif lockbroker_reads "$@"; then
  # Without it, status and diff would take index.lock to write down what they have seen.
  GIT_OPTIONAL_LOCKS=0
  export GIT_OPTIONAL_LOCKS
  exec "$lockbroker_git" "$@"
fi

# So that lockctl, and whatever it starts, ends at git and not here again.
LOCKBROKER_GIT=$lockbroker_git
export LOCKBROKER_GIT
if [ -f "$lockbroker_ctl" ] && [ -x "$lockbroker_ctl" ]; then
  exec "$lockbroker_ctl" git "$@"
elif command -v lockctl >/dev/null; then
  exec lockctl git "$@"
fi
printf '%s\n' "lockctl: not found, so this git runs without a lock; install Lockbroker, or remove '$0'" >&2
exec "$lockbroker_git" "$@"
