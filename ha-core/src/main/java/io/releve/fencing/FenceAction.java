package io.releve.fencing;

/** What is done to a node that is fenced. */
public enum FenceAction {
    /** It is switched off and stays off. */
    OFF("off"),
    /** It is switched off and on again. */
    REBOOT("reboot");

    private final String word;

    FenceAction(String word) {
        this.word = word;
    }

    /** The word that Pacemaker and the fence agents use: {@code off}, {@code reboot}. */
    public String word() {
        return word;
    }

    /** The action that this word stands for; {@link #REBOOT} for any other word than {@code off} and {@code poweroff}. */
    public static FenceAction of(String word) {
        return word.equalsIgnoreCase("off") || word.equalsIgnoreCase("poweroff") ? OFF : REBOOT;
    }

    @Override
    public String toString() {
        return word;
    }
}
