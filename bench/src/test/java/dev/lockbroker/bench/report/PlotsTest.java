package dev.lockbroker.bench.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class PlotsTest {
  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static Set<String> marked(Document page) {
    Set<String> peers = new HashSet<>();
    NodeList groups = page.getElementsByTagName("g");
    for (int i = 0; i < groups.getLength(); i++) {
      peers.add(groups.item(i).getAttributes().getNamedItem("data-peer").getNodeValue());
    }
    return peers;
  }

  @Test
  void it_is_xml_and_has_a_mark_for_each_peer() throws Exception {
    Run run = Samples.crowded(1);
    Document page = parse(Plots.of(List.of(run, Samples.crowded(2))));
    Set<String> peers = new HashSet<>();
    run.results().series().forEach(series -> peers.add(series.peer()));
    assertEquals(peers, marked(page));
    // 15 distributions, 15 hand-offs, 15 throughputs.
    assertEquals(45, page.getElementsByTagName("g").getLength());
  }

  @Test
  void nothing_stands_outside_of_the_page() throws Exception {
    Document page = parse(Plots.of(List.of(Samples.crowded(1))));
    double height = Double.parseDouble(page.getDocumentElement().getAttribute("height"));
    NodeList labels = page.getElementsByTagName("text");
    for (int i = 0; i < labels.getLength(); i++) {
      double y =
          Double.parseDouble(labels.item(i).getAttributes().getNamedItem("y").getNodeValue());
      assertTrue(y > 0 && y < height, labels.item(i).getTextContent());
    }
  }

  @Test
  void a_run_that_measured_none_of_it_says_so() throws Exception {
    Run run = new Run(1, List.of(), new Results());
    Document page = parse(Plots.of(List.of(run)));
    assertEquals(0, page.getElementsByTagName("g").getLength());
    assertTrue(Plots.of(List.of(run)).contains("not measured"));
  }

  @Test
  void whatever_a_peer_is_called_it_stays_xml() throws Exception {
    Results results = new Results();
    results.addDurations("P1", "<a&\"b\">\u0001", "", "pair", new long[] {1000, 2000});
    assertEquals(
        Set.of("<a&\"b\"> "), marked(parse(Plots.of(List.of(new Run(1, List.of(), results))))));
  }

  @Test
  void labels_keep_their_distance_and_their_order() {
    assertArrayEquals(new double[] {20, 10, 40}, Labels.spread(List.of(11., 10., 40.), 10, 0, 100));
    assertArrayEquals(new double[] {90, 100}, Labels.spread(List.of(99., 100.), 10, 0, 100));
  }
}
