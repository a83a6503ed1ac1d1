/** The broker process: one queue per repository behind a Unix domain socket. */
@NullMarked
package dev.lockbroker.broker;

import org.jspecify.annotations.NullMarked;
