/**
 * Whatever dies, hangs or interferes: real application processes and a real server of
 * their own, and everything that can happen to either of them.
 */
@NullMarked
package io.github.heavyindex.faults;

import org.jspecify.annotations.NullMarked;
