/**
 * From declarations to the model: reads statements and attributes, finds declarations in
 * the bean factory, checks them, and puts them in dependency order. Nothing here talks to
 * a database.
 */
@NullMarked
package io.github.heavyindex.operation;

import org.jspecify.annotations.NullMarked;
