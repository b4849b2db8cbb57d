package io.releve.coordination;

/**
 * One controller's time in office.
 *
 * @param epoch rises with each reign; of two plans, the one of the greater epoch is the newer
 * @param token what the coordinator knows the reign by
 */
public record Reign(long epoch, String token) {}
