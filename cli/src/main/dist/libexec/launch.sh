# Becomes the JVM that runs $main. Read by the scripts in bin/, which have set:
#   home   the distribution     name   for messages
#   first  modules whose jars go first on the class path
#   flags  for the JVM
#   quiet  not empty: what libraries log goes nowhere
# No process is started on the way but a readlink where java is a symlink: every git command waits
# for this.

refuse() {
  printf '%s: %s\n' "$name" "$1" >&2
  exit 69
}

if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
  [ -x "$java" ] || refuse "JAVA_HOME is '$JAVA_HOME', which has no bin/java; correct or unset it"
  jdk=$JAVA_HOME
else
  java=$(command -v java) || refuse "there is no java on PATH and JAVA_HOME is not set; install Java 17 or newer"
  jdk=$java
  if [ -h "$jdk" ]; then jdk=$(readlink -f -- "$jdk") || jdk=$java; fi
  jdk=${jdk%/bin/java}
fi

# The release file says what starting a JVM would.
if [ -r "$jdk/release" ]; then
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        version=${line#JAVA_VERSION=\"}
        version=${version%\"*}
        major=${version%%[!0-9]*}
        [ "${major:-17}" -ge 17 ] ||
          refuse "'$java' is Java $version, and Java 17 or newer is needed; set JAVA_HOME to one"
        break
        ;;
    esac
  done <"$jdk/release"
fi

# Named one by one: the order of lib/* is the file system's, and a class archive wants the same each
# time. What is named twice is opened once.
classpath=
for module in $first; do
  for jar in "$home"/lib/lockbroker-"$module"-*.jar "$home"/lib/"$module"-[0-9]*.jar; do
    [ -e "$jar" ] && classpath=$classpath:$jar
  done
done
for jar in "$home"/lib/*.jar; do
  case $classpath: in *":$jar:"*) ;; *) classpath=$classpath:$jar ;; esac
done
[ -n "$classpath" ] || refuse "'$home/lib' has no jars; build or install Lockbroker again"

# In the C locale, which is what cron and CI give, a JVM turns every letter outside ASCII into a
# question mark, also in the arguments of the command it is to start. That command gets the caller's
# own locale back.
LOCKBROKER_LC_ALL=${LC_ALL+=$LC_ALL}
LC_ALL=C.UTF-8
export LC_ALL LOCKBROKER_LC_ALL

logging=
[ -z "${quiet:-}" ] || logging=$home/libexec/quiet.properties

# What a JVM says about itself would go to stdout, which is the child's. Native access is for Netty:
# from JDK 24 on it would be warned about.
# $flags and $LOCKBROKER_JAVA_OPTS unquoted: words.
exec "$java" -Dlockbroker.home="$home" $flags -Xlog:disable -Xlog:all=error:stderr \
  --enable-native-access=ALL-UNNAMED ${logging:+"-Djava.util.logging.config.file=$logging"} \
  ${LOCKBROKER_JAVA_OPTS:-} -cp "${classpath#:}" "$main" "$@"
