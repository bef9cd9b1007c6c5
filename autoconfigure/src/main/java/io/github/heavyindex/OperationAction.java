package io.github.heavyindex;

import java.time.Instant;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * An order that a person, or the application itself, gave and that took effect.
 *
 * @param action the order, as in {@code skip} or {@code pause}
 * @param actor who gave it, or {@code null} if nobody was named
 * @param at when, by the database's clock
 * @since 0.1.0
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record OperationAction(String action, @Nullable String actor, Instant at) {

}
