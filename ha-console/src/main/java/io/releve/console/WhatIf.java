package io.releve.console;

import io.releve.state.NodeState.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that change the situation before the plan is made. */
final class WhatIf {

    @Option(
            names = "--set-node-online",
            paramLabel = "NODE",
            description = "What if this node were a member. This and all others here: can be repeated.")
    private List<String> online = new ArrayList<>();

    @Option(
            names = "--set-node-offline",
            paramLabel = "NODE",
            description = "What if this node had left, and what it ran were surely over.")
    private List<String> offline = new ArrayList<>();

    @Option(
            names = "--set-node-unclean",
            paramLabel = "NODE",
            description = "What if this node were lost, and nobody knew what still runs there.")
    private List<String> unclean = new ArrayList<>();

    @Option(names = "--standby", paramLabel = "NODE", description = "What if this node were in standby.")
    private List<String> standby = new ArrayList<>();

    @Option(names = "--unstandby", paramLabel = "NODE", description = "What if it were not.")
    private List<String> unstandby = new ArrayList<>();

    @Option(
            names = "--fail-resource",
            paramLabel = "RESOURCE@NODE[=OPERATION]",
            converter = FailureReader.class,
            description = "What if this operation of the resource failed there; default: its monitor.")
    private List<Change.Failure> failures = new ArrayList<>();

    @Option(
            names = "--set-quorum",
            arity = "1",
            paramLabel = "yes|no",
            converter = YesOrNo.class,
            description = "What if the cluster had its majority, or not.")
    private @Nullable Boolean quorate;

    @Option(
            names = "--set-property",
            paramLabel = "NAME=VALUE",
            description = "What if this option of the cluster had this value.")
    private Map<String, String> properties = new java.util.LinkedHashMap<>();

    @Option(names = "--grant-ticket", paramLabel = "TICKET", description = "What if the cluster had this ticket.")
    private List<String> granted = new ArrayList<>();

    @Option(names = "--revoke-ticket", paramLabel = "TICKET", description = "What if it had it no more.")
    private List<String> revoked = new ArrayList<>();

    WhatIf() {}

    /** What was asked for; options of the cluster first, then nodes, failures, tickets, quorum. */
    List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        properties.forEach((name, value) -> changes.add(new Change.Property(name, value)));
        online.forEach(node -> changes.add(new Change.Member(node, Membership.ONLINE)));
        offline.forEach(node -> changes.add(new Change.Member(node, Membership.OFFLINE)));
        unclean.forEach(node -> changes.add(new Change.Member(node, Membership.UNCLEAN)));
        standby.forEach(node -> changes.add(new Change.Standby(node, true)));
        unstandby.forEach(node -> changes.add(new Change.Standby(node, false)));
        changes.addAll(failures);
        granted.forEach(ticket -> changes.add(new Change.Ticket(ticket, true)));
        revoked.forEach(ticket -> changes.add(new Change.Ticket(ticket, false)));
        if (quorate != null) {
            changes.add(new Change.Quorum(quorate));
        }
        return changes;
    }

    /** Reads {@code RESOURCE@NODE[=OPERATION]}. */
    static final class FailureReader implements ITypeConverter<Change.Failure> {
        @Override
        public Change.Failure convert(String value) {
            int at = value.indexOf('@');
            int equals = value.indexOf('=', Math.max(at, 0));
            String node = at < 0 ? "" : value.substring(at + 1, equals < 0 ? value.length() : equals);
            if (at <= 0 || node.isEmpty() || equals == value.length() - 1) {
                throw new TypeConversionException(
                        "'" + value + "' is not a resource and a node; write web@n1, or web@n1=start");
            }
            return new Change.Failure(
                    value.substring(0, at),
                    node,
                    equals < 0 ? Optional.empty() : Optional.of(value.substring(equals + 1)));
        }
    }

    /** Reads {@code yes} and {@code no}, and what else people write for them. */
    static final class YesOrNo implements ITypeConverter<Boolean> {
        @Override
        public Boolean convert(String value) {
            return switch (value.toLowerCase(java.util.Locale.ROOT)) {
                case "yes", "true", "1", "on" -> true;
                case "no", "false", "0", "off" -> false;
                default -> throw new TypeConversionException("'" + value + "' is neither yes nor no");
            };
        }
    }
}
