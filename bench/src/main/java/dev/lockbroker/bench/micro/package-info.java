/** The small things that a lock is made of, measured by JMH in the process itself. */
@NullMarked
package dev.lockbroker.bench.micro;

import org.jspecify.annotations.NullMarked;
