package io.github.heavyindex.actuate;

import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.UnknownOperationException;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@link Endpoint @Endpoint} that shows the declared operations and, when
 * {@code management.endpoint.heavyindexes.access} is {@code unrestricted}, takes orders.
 * Thread-safe. Reading answers from memory; an order is recorded in the database, with
 * the name of the principal where there is one.
 * <p>
 * The answers do not follow the application's own JSON settings: every body is an
 * {@link OperationResponseBody}, which the endpoints' own mapper writes, and holds every
 * field, {@code null} ones too.
 *
 * @since 0.1.0
 */
@Endpoint(id = "heavyindexes", defaultAccess = Access.READ_ONLY)
@RegisterReflectionForBinding({ HeavyIndexesEndpoint.Overview.class, HeavyIndexesEndpoint.Detail.class,
		HeavyIndexesEndpoint.Refusal.class })
public class HeavyIndexesEndpoint {

	private static final String FOR_ONE = "use 'retry', 'cancel', 'skip', 'approve', 'run-now' or 'rollback'";

	private static final String FOR_ALL = "use 'pause', 'resume' or 'retry-failed', or name an operation";

	private final HeavyIndexes heavyIndexes;

	/**
	 * Creates a new instance.
	 * @param heavyIndexes what is shown and takes the orders
	 */
	public HeavyIndexesEndpoint(HeavyIndexes heavyIndexes) {
		this.heavyIndexes = heavyIndexes;
	}

	// The method names differ because JMX knows operations by them alone.

	/**
	 * Everything, as of the last observation.
	 * @return the fields of {@link HeavyIndexesStatus} and the {@code actions} that
	 * concerned all operations
	 */
	@ReadOperation
	public OperationResponseBody all() {
		return new Overview(this.heavyIndexes.status(), this.heavyIndexes.actions());
	}

	/**
	 * One operation, as of the last observation.
	 * @param name the operation's name
	 * @return 200 with the fields of {@link OperationStatus}, the {@code history} of
	 * attempts, the {@code actions} and, where the table is partitioned, its
	 * {@code partitions}, or 404 with an {@code error}
	 */
	@ReadOperation
	public WebEndpointResponse<OperationResponseBody> one(@Selector String name) {
		return this.heavyIndexes.find(name).map(this::detail).orElseGet(() -> unknown(name));
	}

	/**
	 * Gives an order that concerns all operations.
	 * @param action {@code pause}, {@code resume} or {@code retry-failed}, which leaves
	 * alone those whose rollback has failed
	 * @param securityContext who gives the order
	 * @return 200 with what {@link #all} answers, as of the last observation, which may
	 * be older than the order; 400 with an {@code error} for an action that is missing or
	 * unknown
	 */
	@WriteOperation
	public WebEndpointResponse<OperationResponseBody> actOnAll(@Nullable String action,
			SecurityContext securityContext) {
		HeavyIndexes orders = orders(securityContext);
		return switch (Objects.requireNonNullElse(action, "")) {
			case "pause" -> carryOut(orders::pause);
			case "resume" -> carryOut(orders::resume);
			case "retry-failed" -> carryOut(orders::retryFailed);
			case "" -> missing(FOR_ALL);
			default -> unfit(action, "all operations", FOR_ALL);
		};
	}

	/**
	 * Gives an order to one operation.
	 * @param name the operation's name
	 * @param action {@code retry}, {@code cancel}, {@code skip}, {@code approve},
	 * {@code run-now} or {@code rollback}
	 * @param securityContext who gives the order
	 * @return 200 with what {@link #one} answers, as of the last observation, which may
	 * be older than the order; 404 for an unknown name and 400 for an action that is
	 * missing, unknown or does not fit the operation's state, each with an {@code error}
	 */
	@WriteOperation
	public WebEndpointResponse<OperationResponseBody> actOnOne(@Selector String name, @Nullable String action,
			SecurityContext securityContext) {
		if (this.heavyIndexes.find(name).isEmpty()) {
			return unknown(name);
		}
		HeavyIndexes orders = orders(securityContext);
		return switch (Objects.requireNonNullElse(action, "")) {
			case "retry" -> carryOut(name, orders::retry);
			case "cancel" -> carryOut(name, orders::cancel);
			case "run-now" -> carryOut(name, orders::runNow);
			case "skip" -> carryOut(name, orders::skip);
			case "approve" -> carryOut(name, orders::approve);
			case "rollback" -> carryOut(name, orders::rollback);
			case "" -> missing(FOR_ONE);
			default -> unfit(action, "one operation", FOR_ONE);
		};
	}

	private HeavyIndexes orders(SecurityContext securityContext) {
		Principal principal = securityContext.getPrincipal();
		return (principal != null) ? this.heavyIndexes.onBehalfOf(principal.getName()) : this.heavyIndexes;
	}

	private WebEndpointResponse<OperationResponseBody> carryOut(Runnable order) {
		try {
			order.run();
			return new WebEndpointResponse<>(all());
		}
		catch (ActionRefusedException ex) {
			return refuse(WebEndpointResponse.STATUS_BAD_REQUEST, ex.getMessage());
		}
	}

	private WebEndpointResponse<OperationResponseBody> carryOut(String name, Consumer<String> order) {
		try {
			order.accept(name);
			return one(name);
		}
		catch (UnknownOperationException ex) {
			return unknown(name);
		}
		catch (ActionRefusedException ex) {
			return refuse(WebEndpointResponse.STATUS_BAD_REQUEST, ex.getMessage());
		}
	}

	private WebEndpointResponse<OperationResponseBody> detail(OperationStatus operation) {
		return new WebEndpointResponse<>(new Detail(operation, this.heavyIndexes.history(operation.name()),
				this.heavyIndexes.actions(operation.name()), this.heavyIndexes.partitions(operation.name())));
	}

	private static WebEndpointResponse<OperationResponseBody> unknown(String name) {
		return refuse(WebEndpointResponse.STATUS_NOT_FOUND, "No operation '" + name
				+ "' is declared; a GET of this endpoint without a name lists the declared operations");
	}

	private static WebEndpointResponse<OperationResponseBody> missing(String mend) {
		return refuse(WebEndpointResponse.STATUS_BAD_REQUEST,
				"The field 'action' of the JSON body is missing; " + mend);
	}

	private static WebEndpointResponse<OperationResponseBody> unfit(@Nullable String action, String whom, String mend) {
		return refuse(WebEndpointResponse.STATUS_BAD_REQUEST,
				"There is no action '" + action + "' for " + whom + "; " + mend);
	}

	private static WebEndpointResponse<OperationResponseBody> refuse(int status, @Nullable String error) {
		return new WebEndpointResponse<>(new Refusal(error), status);
	}

	@JsonPropertyOrder({ "status", "actions" })
	record Overview(@JsonUnwrapped HeavyIndexesStatus status,
			List<OperationAction> actions) implements OperationResponseBody {
	}

	@JsonPropertyOrder({ "operation", "history", "actions", "partitions" })
	record Detail(@JsonUnwrapped OperationStatus operation, List<OperationAttempt> history,
			List<OperationAction> actions, List<PartitionStatus> partitions) implements OperationResponseBody {
	}

	@JsonInclude(JsonInclude.Include.ALWAYS)
	record Refusal(@Nullable String error) implements OperationResponseBody {
	}

}
