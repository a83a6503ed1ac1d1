package dev.lockbroker.bench.workload;

import dev.lockbroker.bench.peer.Peer;
import dev.lockbroker.bench.report.Results;
import java.nio.file.Path;
import java.util.List;

/**
 * What a workload works with.
 *
 * @param folder its own, on the disk, removed afterwards
 * @param dist the built distribution: {@code bin/lockctl}, {@code bin/lockbrokerd}
 * @param peers those that were found here, in the order of the table; ourselves among them
 * @param isQuick only shows that everything works: few rounds, small numbers
 * @param results where to put what was measured
 */
public record Lab(Path folder, Path dist, List<Peer> peers, boolean isQuick, Results results) {}
