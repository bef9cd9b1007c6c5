/**
 * The pure heart: what was observed goes in, a decision for each operation comes out. No
 * I/O, no clock, no state.
 */
@NullMarked
package io.github.heavyindex.decision;

import org.jspecify.annotations.NullMarked;
