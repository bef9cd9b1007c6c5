/**
 * What a test scans.
 */
@NullMarked
package io.github.heavyindex.operation.scanned;

import org.jspecify.annotations.NullMarked;
