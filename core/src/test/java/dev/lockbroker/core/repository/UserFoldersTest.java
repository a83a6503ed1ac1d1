package dev.lockbroker.core.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class UserFoldersTest {
  private static UserFolders with(Map<String, String> environment) {
    Properties system = new Properties();
    system.setProperty("java.io.tmpdir", "/tmp");
    return new UserFolders(environment, system, 1000);
  }

  @Test
  void the_users_own_choice_comes_first() {
    UserFolders folders =
        with(
            Map.of(
                "LOCKBROKER_SOCKET",
                "/s",
                "LOCKBROKER_STATE",
                "/t",
                "XDG_RUNTIME_DIR",
                "/run/u",
                "XDG_STATE_HOME",
                "/state",
                "HOME",
                "/home/u"));
    assertEquals(Path.of("/s"), folders.socket());
    assertEquals(Path.of("/t"), folders.state());
    assertTrue(with(Map.of("LOCKBROKER_SOCKET", "s")).socket().isAbsolute());
  }

  @Test
  void then_the_desktop_standard() {
    UserFolders folders =
        with(Map.of("XDG_RUNTIME_DIR", "/run/u", "XDG_STATE_HOME", "/state", "HOME", "/home/u"));
    assertEquals(Path.of("/run/u/lockbroker/broker.sock"), folders.socket());
    assertEquals(Path.of("/state/lockbroker"), folders.state());
  }

  @Test
  void then_the_home_and_a_temporary_folder_of_the_user() {
    UserFolders folders = with(Map.of("HOME", "/home/u"));
    assertEquals(Path.of("/tmp/lockbroker-1000/broker.sock"), folders.socket());
    assertEquals(Path.of("/home/u/.local/state/lockbroker"), folders.state());
    assertEquals(Path.of("/tmp/lockbroker-1000/state"), with(Map.of()).state());
  }

  @Test
  void empty_is_unset_and_a_relative_standard_folder_is_ignored() {
    UserFolders folders =
        with(
            Map.of(
                "LOCKBROKER_SOCKET",
                "",
                "XDG_RUNTIME_DIR",
                "run",
                "XDG_STATE_HOME",
                "",
                "HOME",
                "/h"));
    assertEquals(Path.of("/tmp/lockbroker-1000/broker.sock"), folders.socket());
    assertEquals(Path.of("/h/.local/state/lockbroker"), folders.state());
  }
}
