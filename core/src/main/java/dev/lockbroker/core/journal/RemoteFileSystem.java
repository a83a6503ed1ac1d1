package dev.lockbroker.core.journal;

import java.util.Locale;
import java.util.Set;

/** File systems on which a file lock taken here may not hold on another machine. */
public final class RemoteFileSystem {
  private static final Set<String> TYPES =
      Set.of("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "fuse.sshfs", "afs", "ceph");

  private RemoteFileSystem() {}

  /** Whether a file system of that type, as {@code /proc/mounts} names it, is one. */
  public static boolean isRemote(String type) {
    return TYPES.contains(type.toLowerCase(Locale.ROOT));
  }
}
