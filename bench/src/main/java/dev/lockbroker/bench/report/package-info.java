/** From measured series to one Markdown table and one page of plots. */
@NullMarked
package dev.lockbroker.bench.report;

import org.jspecify.annotations.NullMarked;
