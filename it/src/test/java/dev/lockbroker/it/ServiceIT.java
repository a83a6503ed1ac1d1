package dev.lockbroker.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The broker in the hands of a service manager. */
@Timeout(120)
class ServiceIT {
  private static final String DAEMON = Sandbox.dist().resolve("bin/lockbrokerd").toString();

  @RegisterExtension final Sandbox box = new Sandbox();

  /** A broker that systemd starts as soon as somebody connects. */
  private Child activated(String notifySocket, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("systemd-socket-activate"));
    words.addAll(List.of("-l", box.socket().toString()));
    for (Map.Entry<String, String> variable : box.environment().entrySet()) {
      words.add("--setenv=" + variable.getKey() + "=" + variable.getValue());
    }
    words.add("--setenv=NOTIFY_SOCKET=" + notifySocket);
    words.add(DAEMON);
    words.addAll(List.of(options));
    Child child = box.command(box.root(), words.toArray(new String[0])).start();
    Deadline.await("it listens", () -> Files.exists(box.socket()));
    return child;
  }

  private Child ear(String name) throws Exception {
    Child ear = box.command(box.root(), "python3", Tools.script("hear.py"), name).start();
    Deadline.await("somebody hears", () -> ear.out().contains("hears\n"));
    return ear;
  }

  private String info() throws Exception {
    return box.lockctl(box.root(), "broker", "info").run().exits(0).out();
  }

  private Object identity() throws Exception {
    return String.valueOf(Files.getAttribute(box.socket(), "unix:ino"));
  }

  @Test
  void a_socket_that_systemd_passes_is_served_announced_and_left_alone() throws Exception {
    Tools.require("systemd-socket-activate", "systemd");
    Tools.require("python3", "python3");
    for (String name : List.of(box.root() + "/notify", "@" + box.root().getFileName())) {
      Files.deleteIfExists(box.socket());
      Child ear = ear(name);
      Child broker = activated(name);
      Object socket = identity();
      assertTrue(info().contains("pid " + broker.pid() + ","), "it is another process");
      Deadline.await("READY", () -> ear.out().contains("READY=1\nSTATUS=listens on "));
      assertEquals(
          List.of(), Os.environment(broker.pid()).filter(v -> v.startsWith("LISTEN_")).toList());
      // The place is taken all the same.
      Child second = box.command(box.root(), DAEMON).run().exits(69);
      assertTrue(second.err().contains("another broker runs (pid " + broker.pid()), second.err());
      Repo repo = box.repo("repo" + name.length());
      box.locked(repo.path(), "true").mode("broker").run().exits(0);

      Child stop = box.lockctl(box.root(), "broker", "stop").run().exits(0);
      assertTrue(stop.err().contains("its socket is still there"), stop.err());
      broker.exits(0);
      assertEquals(socket, identity(), "the socket is another one");
      Deadline.await("STOPPING", () -> ear.out().contains("STOPPING=1\n"));
      ear.end();
    }
  }

  @Test
  void one_that_is_passed_as_standard_input_is_served_with_and_without_epoll() throws Exception {
    Tools.require("python3", "python3");
    for (String transport : List.of("epoll", "nio")) {
      Files.deleteIfExists(box.socket());
      String socket = box.socket().toString();
      Child broker =
          box.command(
                  box.root(), "python3", Tools.script("listen.py"), socket, DAEMON, "--inherited")
              .env(
                  "LOCKBROKER_JAVA_OPTS",
                  "-Dio.grpc.netty.shaded.io.netty.transport.noNative=" + transport.equals("nio"))
              .start();
      Deadline.await("it listens", () -> Broker.accepts(box.socket()));
      Object identity = identity();
      assertTrue(info().contains("pid " + broker.pid() + ","), "it is another process");
      String log = Files.readString(box.state().resolve("lockbrokerd.log"));
      assertTrue(log.contains("(" + transport + ", passed)"), log);
      broker.signal("TERM");
      assertEquals(0, broker.exit());
      assertEquals(identity, identity(), "the socket is another one");
    }
  }

  @Test
  void what_is_passed_and_cannot_be_served_is_refused_in_one_line() throws Exception {
    Child none = box.command(box.root(), DAEMON, "--inherited").run().exits(78);
    assertEquals(1, none.errLines().size(), none.err());
    Child two =
        box.command(box.root(), "sh", "-c", "LISTEN_PID=$$ LISTEN_FDS=2 exec " + DAEMON)
            .run()
            .exits(78);
    assertTrue(two.err().contains("one socket is served"), two.err());
    // Passed to another process, whose environment came down to us.
    box.command(box.root(), DAEMON, "--version")
        .env("LISTEN_PID", "1")
        .env("LISTEN_FDS", "1")
        .run()
        .exits(0);
  }

  @Test
  void one_that_nobody_needs_leaves_and_no_lease_is_left_alone() throws Exception {
    Repo repo = box.repo("repo");
    Gate gate = new Gate(box.folder("gate"));
    Child broker = box.command(box.root(), DAEMON, "--idle-exit", "1s").start();
    Child holder = box.locked(repo.path(), gate.pass("holder")).mode("direct").start();
    gate.await("holder");
    Thread.sleep(3_000);
    assertTrue(broker.isAlive(), "it left though there is a lease");
    gate.open();
    holder.exits(0);
    broker.exits(0);
    assertFalse(Files.exists(box.socket()));
  }

  @Test
  void units_and_agent_are_written_verified_and_taken_away() throws Exception {
    Path home = box.root().resolve("home");
    Child install = box.lockctl(box.root(), "broker", "install", "--files-only").run().exits(0);
    Path units = home.resolve(".config/systemd/user");
    assertTrue(install.out().contains("systemctl --user enable --now lockbroker.socket"));
    String service = Files.readString(units.resolve("lockbroker.service"));
    assertTrue(service.contains("ExecStart=\"" + DAEMON + "\""), service);
    assertTrue(service.contains("Environment=\"LOCKBROKER_STATE=" + box.state()), service);
    if (Tools.has("systemd-analyze")) {
      Child verify =
          box.command(
                  box.root(),
                  "systemd-analyze",
                  "verify",
                  "--user",
                  "--man=no",
                  units.resolve("lockbroker.socket").toString(),
                  units.resolve("lockbroker.service").toString())
              .run()
              .exits(0);
      assertEquals("", verify.err() + verify.out());
    }
    box.lockctl(box.root(), "broker", "install", "--files-only", "--manager", "launchd")
        .run()
        .exits(0);
    Path agent = home.resolve("Library/LaunchAgents/dev.lockbroker.broker.plist");
    if (Tools.has("python3")) {
      String json =
          box.command(box.root(), "python3", Tools.script("plist.py"), agent.toString())
              .run()
              .exits(0)
              .out();
      assertTrue(json.contains("\"ProgramArguments\": [\"" + DAEMON + "\", \"--inherited\"]"));
      assertTrue(json.contains("\"SockPathName\": \"" + box.socket() + "\""), json);
      assertTrue(json.contains("\"inetdCompatibility\": {\"Wait\": true}"), json);
    }
    for (String manager : List.of("systemd", "launchd")) {
      box.lockctl(box.root(), "broker", "uninstall", "--files-only", "--manager", manager)
          .run()
          .exits(0);
    }
    assertFalse(Files.exists(agent));
    Files.writeString(units.resolve("lockbroker.socket"), "[Socket]\n");
    Child refused = box.lockctl(box.root(), "broker", "install").run().exits(78);
    assertEquals(1, refused.errLines().size(), refused.err());
    assertFalse(Files.exists(units.resolve("lockbroker.service")));
    box.lockctl(box.root(), "broker", "install", "--manager", "init").run().exits(64);
  }

  @Test
  void a_real_systemd_starts_it_confines_it_and_starts_it_again() throws Exception {
    Tools.require("systemctl", "systemd");
    Tools.require("unshare", "util-linux");
    Path systemd = Path.of("/lib/systemd/systemd");
    Assumptions.assumeTrue(Files.isExecutable(systemd), "there is no systemd here");
    Assumptions.assumeTrue(Os.isRoot(), "only root can pretend that systemd runs this machine");
    Repo repo = box.repo("repo");
    // In a mount namespace of its own /run says that systemd has booted this machine, which is all
    // that an instance for a user wants to know.
    Child manager =
        box.command(
                box.root(),
                "unshare",
                "--mount",
                "sh",
                "-c",
                """
                mount -t tmpfs none /run && mkdir -p /run/systemd/system || exit 77
                %s --user --log-target=console 2>manager.log & manager=$!
                tries=0
                until systemctl --user show-environment >/dev/null 2>&1; do
                  tries=$((tries+1)); [ $tries -lt 50 ] || exit 77; sleep 0.1
                done
                set -ex
                lockctl broker install
                lockctl broker info
                pid=$(systemctl --user show -p MainPID --value lockbroker.service)
                grep -E 'NoNewPrivs|Seccomp:' /proc/$pid/status
                cd repo
                # It finds the heirs of a command, which takes a look at their environment.
                export LOCKBROKER_MODE=broker
                lockctl run -- sh -c 'sleep 2 & echo $! >../heir; exec sleep 60' & run=$!
                until [ -s ../heir ]; do sleep 0.05; done
                kill -9 $run $(pgrep -P $run) || true
                lockctl run -- sh -c 'grep State: /proc/$(cat ../heir)/status || echo ended' >../seen
                if grep '(sleeping)\\|(running)' ../seen; then echo early; else echo after; fi
                lockctl broker stop
                lockctl run -- echo again
                kill -9 $(systemctl --user show -p MainPID --value lockbroker.service)
                sleep 0.3
                lockctl run -- echo killed
                systemctl --user show -p NRestarts --value lockbroker.service
                lockctl broker uninstall
                [ ! -e $LOCKBROKER_SOCKET ] && echo gone
                kill $manager
                """
                    .formatted(systemd))
            .env("PATH", Sandbox.dist().resolve("bin") + ":" + box.environment().get("PATH"))
            .run();
    Assumptions.assumeTrue(manager.exit() != 77, "systemd does not start here");
    manager.exits(0);
    String out = manager.out();
    assertTrue(out.contains("NoNewPrivs:\t1\n") && out.contains("Seccomp:\t2\n"), out);
    assertTrue(out.contains("after\n") && !out.contains("early\n"), out + manager.err());
    assertTrue(out.contains("again\n") && out.contains("killed\n"), out);
    assertTrue(out.contains("gone\n"), out);
    repo.requireNoRuns();
  }
}
