package io.github.heavyindex.decision;

import java.time.Duration;

/**
 * How completed operations are looked after.
 *
 * @param repairsDrift whether an index that is no longer as declared is built again
 * @param rebuildCoolDown the shortest time between two rebuilds of an index for its bloat
 * @since 0.1.0
 */
public record Upkeep(boolean repairsDrift, Duration rebuildCoolDown) {

}
