package io.github.heavyindex.operation;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.StringUtils;

import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.OperationOptions;

/**
 * Reads what an annotation says beside the statement.
 */
final class AnnotationOptions {

	private AnnotationOptions() {
	}

	static OperationOptions of(HeavyIndexOperation annotation) {
		return new OperationOptions(text(annotation.name()), new LinkedHashSet<>(List.of(annotation.dependsOn())),
				annotation.critical(), text(annotation.description()), onMismatch(annotation),
				annotation.requiresApproval(), maxDuration(annotation), text(annotation.dataSource()),
				(annotation.rebuildWhenBloat() != 0) ? annotation.rebuildWhenBloat() : null);
	}

	private static @Nullable OnMismatch onMismatch(HeavyIndexOperation annotation) {
		OnMismatch[] values = annotation.onMismatch();
		if (values.length > 1) {
			throw new InvalidIndexOperationException("The attribute 'onMismatch' has " + values.length + " values",
					"Set at most one value.");
		}
		return (values.length == 1) ? values[0] : null;
	}

	private static @Nullable Duration maxDuration(HeavyIndexOperation annotation) {
		String text = text(annotation.maxDuration());
		if (text == null) {
			return null;
		}
		try {
			return DurationStyle.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidIndexOperationException("The attribute 'maxDuration' is no duration: '" + text + "'",
					"Write a duration such as 4h or PT4H.", ex);
		}
	}

	private static @Nullable String text(String text) {
		return StringUtils.hasText(text) ? text : null;
	}

}
