@NullMarked
package dev.lockbroker.broker;

import org.jspecify.annotations.NullMarked;
