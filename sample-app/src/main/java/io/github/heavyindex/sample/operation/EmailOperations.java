package io.github.heavyindex.sample.operation;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.IndexOperation;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Operations declared as beans: any bean of type {@link IndexOperation} is one, and the
 * annotation may add to it. More are declared in {@code application.yaml}.
 */
@Configuration(proxyBeanMethods = false)
class EmailOperations {

	@Bean
	IndexOperation unreadMails() {
		return CreateIndex.named("large_email_unread_idx")
			.on("large_email")
			.columns("email", "sent_at DESC")
			.where("NOT is_read")
			.dependsOn("large_email_filled")
			.description("Partial: unread mails only")
			.build();
	}

	/**
	 * The start of a chain: a backfill, the index on what it fills, and the drop of the
	 * index that this one makes needless.
	 */
	@Bean
	@HeavyIndexOperation(dependsOn = "large_email_domain_filled", description = "Mails of one domain")
	IndexOperation mailsOfDomain() {
		return CreateIndex.named("large_email_domain_idx").on("large_email").columns("domain").build();
	}

	@Bean
	@HeavyIndexOperation(dependsOn = "create_large_email_domain_idx")
	IndexOperation dropDomainExpression() {
		return DropIndex.named("large_email_domain_expr_idx").build();
	}

	/**
	 * Fails, since some mails were imported twice, and shows how that looks. Nothing
	 * depends on it.
	 */
	@Bean
	IndexOperation uniqueMessageId() {
		return CreateIndex.named("large_email_message_id_key")
			.on("large_email")
			.columns("message_id")
			.unique()
			.dependsOn("large_email_filled")
			.description("Must fail: some mails were imported twice")
			.build();
	}

}
