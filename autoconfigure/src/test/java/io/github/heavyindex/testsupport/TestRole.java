package io.github.heavyindex.testsupport;

/**
 * A role that may log in.
 *
 * @param name its name; it needs no quotes
 * @param password its password; embedded servers trust every password
 */
public record TestRole(String name, String password) {

}
