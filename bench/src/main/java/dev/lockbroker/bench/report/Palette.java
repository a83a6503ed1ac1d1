package dev.lockbroker.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One colour for a peer on the whole page: strong ones for ourselves, quieter ones for others. */
final class Palette {
  private static final List<String> OURS = List.of("#0a53d6", "#00866b", "#6a3fc4", "#0083b3");
  private static final List<String> OTHERS =
      List.of(
          "#d1495b", "#e08e1b", "#8c6d46", "#7a8793", "#b5509c", "#5f9e3f", "#c2a100", "#a34a28",
          "#4f8fa8", "#e0709a", "#3d4f60", "#97a84b", "#b58de0", "#d9776c", "#6b6b3a");

  private final Map<String, String> colours = new LinkedHashMap<>();

  Palette(List<String> peers) {
    int ours = 0;
    int others = 0;
    for (String peer : peers) {
      if (!colours.containsKey(peer)) {
        colours.put(
            peer,
            Reference.isOurs(peer)
                ? OURS.get(ours++ % OURS.size())
                : OTHERS.get(others++ % OTHERS.size()));
      }
    }
  }

  String of(String peer) {
    return colours.getOrDefault(peer, Svg.SOFT);
  }
}
