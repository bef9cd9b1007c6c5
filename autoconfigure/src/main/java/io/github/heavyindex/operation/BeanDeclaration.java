package io.github.heavyindex.operation;

import java.util.List;

/**
 * An operation that a bean declares.
 *
 * @param declared the operation, its dependencies on classes not yet among its options
 * @param dependsOnClass classes that it depends on
 */
record BeanDeclaration(DeclaredOperation declared, List<Class<?>> dependsOnClass) {

}
