package dev.lockbroker.core.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LinuxHostTest {
  @Test
  @EnabledOnOs(OS.LINUX)
  void agrees_with_the_kernel() throws Exception {
    Host host = LinuxHost.current();
    assertEquals(ProcessHandle.current().pid(), host.self().pid());
    assertEquals(
        "pid:[" + host.self().pidNamespace() + "]",
        Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString());
    assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), (int) host.uid());
    assertEquals(36, host.bootId().length());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void its_clocks_agree_with_each_other() {
    Host host = LinuxHost.current();
    long seconds = host.wallMicros() / 1_000_000;
    assertTrue(host.bootTimeSeconds() <= seconds, "booted before now");
    assertTrue(Math.abs(seconds - System.currentTimeMillis() / 1000) <= 2, "same wall clock");
  }

  @Test
  void says_in_one_sentence_that_other_systems_are_not_supported() {
    assertEquals(
        "This build of Lockbroker judges processes through /proc, which Mac OS X has not",
        assertThrows(UnsupportedOperationException.class, () -> LinuxHost.requireLinux("Mac OS X"))
            .getMessage());
  }
}
