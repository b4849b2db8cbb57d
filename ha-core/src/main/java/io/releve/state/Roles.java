package io.releve.state;

import io.releve.model.Role;
import java.util.Comparator;
import java.util.List;

/**
 * What a resource is on a node, as its results there tell. Meant for status and for following a resource; the scheduler,
 * which also weighs what is expected and what has failed, reads the history more closely.
 */
public final class Roles {

    private Roles() {}

    /** The role that the results of one resource on one node add up to. */
    public static Role of(List<OperationResult> history) {
        Role role = Role.STOPPED;
        List<OperationResult> inOrder = history.stream()
                .filter(result -> result.status() != OperationResult.Status.PENDING)
                .sorted(Comparator.comparingInt(OperationResult::callId))
                .toList();
        for (OperationResult result : inOrder) {
            role = after(role, result);
        }
        return role;
    }

    private static Role after(Role before, OperationResult result) {
        boolean ok = result.code() == 0 || result.code() == 190;
        return switch (result.operation()) {
            case "start" -> ok ? Role.STARTED : before;
            case "stop" -> ok ? Role.STOPPED : before;
            case "promote" -> ok ? Role.PROMOTED : before;
            case "demote" -> ok ? Role.UNPROMOTED : before;
            case "monitor" ->
                switch (result.code()) {
                    case 0, 190 -> before.isActive() ? before : Role.STARTED;
                    case 7 -> Role.STOPPED;
                    case 8, 9, 191 -> Role.PROMOTED;
                    default -> before;
                };
            default -> before;
        };
    }
}
