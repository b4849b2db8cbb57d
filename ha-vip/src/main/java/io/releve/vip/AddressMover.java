package io.releve.vip;

import io.releve.agent.ResourceAgentFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Moves an address that is on no interface of this node's own: a cloud's floating address, a route that is announced by BGP, an
 * entry in a load balancer. Whoever writes one writes these three methods; {@link #agent} makes a resource of it.
 *
 * <p>Each method may block until its {@linkplain Call#remaining() time} is over, and is interrupted then. An exception counts as
 * a failure with its message.
 *
 * <p><strong>What is lost when a node dies or freezes:</strong> nothing ends the address's way to that node as the kernel ends a
 * {@link VirtualIpAgent}'s. Where taking the address takes it from everybody else (most clouds), that is enough; where it does
 * not (BGP), the node must be fenced.
 *
 * <p>Thread-safety: one object serves all resources made of it; calls for one resource come one at a time, those for several
 * may come at once.
 */
public interface AddressMover {

    /**
     * One call.
     *
     * @param resource the resource's id
     * @param node the name of this node
     * @param parameters the resource's parameters
     * @param remaining what was left of the operation's time-out when the call began
     */
    record Call(String resource, String node, Map<String, String> parameters, Duration remaining) {
        public Call {
            parameters = Map.copyOf(parameters);
        }
    }

    /** Where an address leads. */
    enum Whereabouts {
        /** To this node. */
        HERE,
        /** To another node, or nowhere. */
        ELSEWHERE
    }

    /**
     * Checks the parameters without touching anything.
     *
     * @param parameters the resource's parameters
     * @return every problem found, one readable sentence each; empty if none
     */
    default List<String> validate(Map<String, String> parameters) {
        return List.of();
    }

    /**
     * Looks where the address leads.
     *
     * @throws Exception if that cannot be found out
     */
    Whereabouts look(Call call) throws Exception;

    /**
     * Makes the address lead here, and returns when it does. Taking what is here already succeeds.
     *
     * @throws Exception if the address may not lead here
     */
    void take(Call call) throws Exception;

    /**
     * Makes the address lead here no longer. Only called when a look has found it here; must not take it from another node that
     * takes it meanwhile.
     *
     * @throws Exception if the address may still lead here
     */
    void release(Call call) throws Exception;

    /** What to register with the cluster builder for addresses that this moves. */
    static ResourceAgentFactory agent(AddressMover mover) {
        return context -> new MoverAgent(context, mover);
    }
}
