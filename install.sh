#!/bin/sh
# Installs Lockbroker for one user, replaces an installed one, or takes it away again.
usage() {
  cat <<'EOF'
Usage: ./install.sh [--prefix DIR] [--bundle-jre] [--dist DIR]
       ./install.sh --uninstall [--prefix DIR]
Installs lockctl and lockbrokerd with manual pages, completions and systemd units.

  --prefix DIR   where to: DIR/bin, DIR/lib/lockbroker, DIR/share (default: ~/.local)
  --bundle-jre   with a Java of its own, made by the jlink of the JDK at hand, so
                 that none has to be there later
  --dist DIR     take this built distribution instead of building one
  --uninstall    remove what was installed there; state and repositories stay
  --help         say this

Exit codes: 0 done, 64 usage, 69 no suitable JDK, 70 the build failed, 73 the prefix
cannot be used.
EOF
}

fail() {
  status=$1
  shift
  printf 'install.sh: %s\n' "$*" >&2
  exit "$status"
}

say() { printf '%s\n' "$*"; }

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit 73
prefix='' bundle='' uninstall='' dist=''
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --dist)
      [ $# -gt 1 ] || fail 64 "$1 needs a folder; see './install.sh --help'"
      [ -n "$2" ] || fail 64 "$1 needs a folder, not nothing; see './install.sh --help'"
      case $1 in --prefix) prefix=$2 ;; *) dist=$2 ;; esac
      shift
      ;;
    --prefix=?*) prefix=${1#*=} ;;
    --dist=?*) dist=${1#*=} ;;
    --bundle-jre) bundle=yes ;;
    --uninstall) uninstall=yes ;;
    --help | -h) usage && exit 0 ;;
    *) fail 64 "unknown option '$1'; see './install.sh --help'" ;;
  esac
  shift
done
if [ -z "$prefix" ]; then
  [ -n "${HOME:-}" ] || fail 64 "HOME is not set; say where to by --prefix DIR"
  prefix=$HOME/.local
fi
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
case $prefix in
  *:*) fail 73 "'$prefix' has a colon, which no Java class path may have; choose another prefix" ;;
  *'
'*) fail 73 "the prefix has a line break; choose another one" ;;
  *'|'* | *'&'* | *\\* | *\"*) fail 73 "'$prefix' has one of the characters | & \\ \" in it; choose another prefix" ;;
esac
while [ "$prefix" != "${prefix%/}" ] && [ -n "${prefix%/}" ]; do prefix=${prefix%/}; done

lib=$prefix/lib/lockbroker
manifest=$lib/manifest

# The processes that run from that folder below $lib, by their command lines.
using() {
  for line in /proc/[0-9]*/cmdline; do
    if grep -qsF "/lib/lockbroker/$1/bin/.." "$line" && grep -qsF "$prefix/" "$line"; then
      pid=${line#/proc/}
      echo "${pid%/cmdline}"
    fi
  done
}

# Ends brokers in order; what they know stands in the repositories.
stop_brokers() {
  for pid in $(using "$1"); do
    # One that an archive of classes is made from serves nobody.
    if grep -qsF dev.lockbroker.broker.Main "/proc/$pid/cmdline" &&
      ! grep -qsE 'ArchiveClassesAtExit|AOTMode' "/proc/$pid/cmdline"; then
      kill -TERM "$pid" 2>/dev/null && say "stopped the broker (pid $pid); leases stay held"
      tries=0
      while kill -0 "$pid" 2>/dev/null && [ $tries -lt 50 ]; do
        tries=$((tries + 1))
        sleep 0.1
      done
    fi
  done
}

# Each line of the manifest: a kind and a path below the prefix. Kinds: f a file, t a tree that is ours,
# d a folder that we made and that goes if it is empty.
remove_listed() {
  while read -r kind path; do
    case $kind:$path in *..*) continue ;; esac
    # What is only making an archive of classes there has nothing to do any more.
    for pid in $([ "$kind" = t ] && using "${path##*/}"); do
      grep -qsE 'ArchiveClassesAtExit|AOTMode' "/proc/$pid/cmdline" && kill "$pid" 2>/dev/null
    done
    case $kind in
      f) rm -f -- "$prefix/$path" ;;
      t) rm -rf -- "${prefix:?}/$path" ;;
    esac
  done <"$1"
  # The deepest first.
  sed -n 's/^d //p' "$1" | sort -r >"$1.folders"
  rm -f -- "$1"
  while read -r path; do
    rmdir -- "$prefix/${path#.}" 2>/dev/null
  done <"$1.folders"
  rm -f -- "$1.folders"
  return 0
}

if [ -n "$uninstall" ]; then
  [ -f "$manifest" ] || fail 73 "nothing of Lockbroker is installed in '$prefix'; give the --prefix it was installed with"
  if [ -x "$prefix/bin/lockctl" ] && grep -qsF "\"$prefix/bin/lockbrokerd\"" \
    "${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user/lockbroker.service"; then
    "$prefix/bin/lockctl" broker uninstall
  fi
  for version in "$lib"/*/; do
    version=${version%/}
    stop_brokers "${version##*/}"
  done
  # Read from a copy: the folder it stands in goes as well.
  listed=$(mktemp) || exit 73
  cat <"$manifest" >"$listed"
  rm -f -- "$manifest"
  remove_listed "$listed"
  say "Lockbroker is removed from $prefix"
  say "left as they are: your state (${XDG_STATE_HOME:-~/.local/state}/lockbroker) and the folder .git/lockbroker of repositories"
  exit 0
fi

# No archive of classes is made behind our back while files come and go.
LOCKBROKER_ARCHIVE=off
export LOCKBROKER_ARCHIVE

# Where to.
[ ! -e "$prefix" ] || [ -d "$prefix" ] || fail 73 "'$prefix' is not a folder; choose another prefix"
new=$(mktemp) || exit 73
# Takes back what was begun.
abandon() {
  [ -z "$version" ] || rm -rf -- "$lib/.$version" "${lib:?}/$version"
  sed -n 's/^d //p' "$new" | sort -r | while read -r path; do
    rmdir -- "$prefix/${path#.}" 2>/dev/null
  done
  rm -rf -- "$new" "$new".*
}
version=''
trap abandon EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Makes a folder below the prefix, and notes those that were not there.
folder() {
  [ -d "$prefix/$1" ] && return 0
  case $1 in */*) folder "${1%/*}" || return ;; esac
  mkdir -- "$prefix/$1" 2>/dev/null || return
  echo "d $1" >>"$new"
}
listed_before() { [ -f "$manifest" ] && grep -qxF "f $1" "$manifest"; }
for path in bin/lockctl bin/lockbrokerd; do
  if { [ -e "$prefix/$path" ] || [ -h "$prefix/$path" ]; } && ! listed_before "$path"; then
    fail 73 "'$prefix/$path' is there and was not installed by this; move it away, or choose another --prefix"
  fi
done

[ -d "$prefix" ] || echo "d ." >>"$new"
mkdir -p -- "$prefix" 2>/dev/null && [ -w "$prefix" ] && folder lib/lockbroker ||
  fail 73 "'$prefix' cannot be written; choose another --prefix, or correct its permissions"

# What is built.
if [ -z "$dist" ]; then
  "$root/lockctl" --version >/dev/null || exit 70
  dist=$root/cli/target/lockbroker
fi
[ -x "$dist/bin/lockctl" ] && [ -d "$dist/lib" ] ||
  fail 66 "'$dist' is no built distribution of Lockbroker (no bin/lockctl); build it by ./lockctl"
jar=$(ls "$dist"/lib/lockbroker-cli-*.jar 2>/dev/null | head -n 1)
version=${jar##*/lockbroker-cli-}
version=${version%.jar}-$(date +%Y%m%d%H%M%S)-$$

# The new version beside the old one.
half=$lib/.$version
mkdir -- "$half" && cp -R -- "$dist/bin" "$dist/lib" "$dist/libexec" "$dist/share" "$half/" ||
  fail 73 "'$lib' cannot be written; look at the space and the permissions"

if [ -n "$bundle" ]; then
  if [ -n "${JAVA_HOME:-}" ]; then jdk=$JAVA_HOME; else
    java=$(command -v java) && java=$(readlink -f -- "$java") || fail 69 "there is no java on PATH; set JAVA_HOME to a JDK 17 or newer"
    jdk=${java%/bin/java}
  fi
  [ -x "$jdk/bin/jlink" ] && [ -x "$jdk/bin/jdeps" ] ||
    fail 69 "'$jdk' has no jlink; --bundle-jre needs a full JDK 17 or newer, set JAVA_HOME to one"
  modules=$("$jdk/bin/jdeps" --multi-release 17 --ignore-missing-deps --print-module-deps \
    --class-path "$half/lib/*" "$half"/lib/*.jar 2>/dev/null | tail -n 1) && [ -n "$modules" ] ||
    fail 69 "jdeps of '$jdk' does not tell the modules that are needed"
  # Found by reflection only: signals, and what the peer of a socket is.
  "$jdk/bin/jlink" --add-modules "$modules,jdk.unsupported,jdk.net" --output "$half/jre" \
    --strip-java-debug-attributes --no-header-files --no-man-pages >"$new.jlink" 2>&1 ||
    fail 69 "jlink of '$jdk' fails: $(head -n 1 "$new.jlink")"
  # Not every jlink makes the archive that a JVM starts from in half the time.
  [ -e "$half/jre/lib/server/classes.jsa" ] || "$half/jre/bin/java" -Xshare:dump >/dev/null 2>&1
fi
mv -- "$half" "$lib/$version" || exit 73
echo "t lib/lockbroker/$version" >>"$new"
bin=$lib/$version/bin
[ -z "$bundle" ] || unset JAVA_HOME
"$bin/lockctl" --version >/dev/null || fail 69 "the installed lockctl does not start, see above"

# What refers to it. Each file is replaced in one step, the launchers last.
put() {
  folder "${1%/*}" && cat >"$prefix/$1.$$" && mv -f -- "$prefix/$1.$$" "$prefix/$1" ||
    fail 73 "'$prefix/$1' cannot be written; look at the space and the permissions"
  echo "f $1" >>"$new"
}
"$bin/lockctl" manual "$new.man" || exit 70
for page in "$new.man"/*; do put "share/man/man1/${page##*/}" <"$page"; done
rm -rf -- "$new.man"
for shell in bash zsh fish; do
  "$bin/lockctl" completion "$shell" >"$new.completion" || exit 70
  case $shell in
    bash) put share/bash-completion/completions/lockctl <"$new.completion" ;;
    zsh) put share/zsh/site-functions/_lockctl <"$new.completion" ;;
    fish) put share/fish/vendor_completions.d/lockctl.fish <"$new.completion" ;;
  esac
done
put share/systemd/user/lockbroker.socket <"$lib/$version/share/lockbroker/lockbroker.socket"
daemon=$(printf '%s\n' "$prefix/bin/lockbrokerd" | sed 's/%/%%/g; s/\$/$$/g')
sed "s|^ExecStart=.*|ExecStart=\"$daemon\"|" "$lib/$version/share/lockbroker/lockbroker.service" |
  put share/systemd/user/lockbroker.service
folder bin || exit 73
# From here on what is there may be in use.
trap 'rm -rf -- "$new" "$new".*' EXIT
for name in lockbrokerd lockctl; do
  ln -s -- "../lib/lockbroker/$version/bin/$name" "$prefix/bin/.$name.$$" &&
    mv -f -- "$prefix/bin/.$name.$$" "$prefix/bin/$name" ||
    fail 73 "'$prefix/bin/$name' cannot be written; look at the permissions"
  echo "f bin/$name" >>"$new"
done

# The former version goes, unless somebody still runs from it: then the next installation removes it.
former=''
if [ -f "$manifest" ]; then
  while read -r kind path; do
    case $kind in
      d) grep -qxF "d $path" "$new" || echo "d $path" >>"$new" ;;
      f) grep -qxF "f $path" "$new" || rm -f -- "$prefix/$path" ;;
      t)
        if [ -n "$(using "${path##*/}")" ]; then
          echo "t $path" >>"$new"
          former=$path
        else
          rm -rf -- "${prefix:?}/$path"
        fi
        ;;
    esac
  done <"$manifest"
fi
cat <"$new" >"$manifest.$$" && mv -f -- "$manifest.$$" "$manifest" || exit 73

say "installed $("$prefix/bin/lockctl" --version) in $prefix"
[ -z "$former" ] || say "the former version still runs; 'lockctl broker restart' changes the broker over"
case :${PATH:-}: in
  *":$prefix/bin:"*) ;;
  *) say "to find it, add this to your shell's profile: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
say "to have the broker started when it is needed: lockctl broker install"
