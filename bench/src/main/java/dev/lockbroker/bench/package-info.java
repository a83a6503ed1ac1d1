@NullMarked
package dev.lockbroker.bench;

import org.jspecify.annotations.NullMarked;
