@NullMarked
package io.github.heavyindex.actuate;

import org.jspecify.annotations.NullMarked;
