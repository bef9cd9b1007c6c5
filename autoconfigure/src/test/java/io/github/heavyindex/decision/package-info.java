@NullMarked
package io.github.heavyindex.decision;

import org.jspecify.annotations.NullMarked;
