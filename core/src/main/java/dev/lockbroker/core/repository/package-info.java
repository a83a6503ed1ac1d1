/**
 * From a path to what is locked: which repository it belongs to, under whatever name it is reached.
 *
 * <p>All that share one git common directory share one lock. What git itself would answer is the
 * measure, but git is not asked: the answer is needed before every git command, within
 * microseconds.
 */
@NullMarked
package dev.lockbroker.core.repository;

import org.jspecify.annotations.NullMarked;
