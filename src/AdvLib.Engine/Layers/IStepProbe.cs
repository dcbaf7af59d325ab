namespace AdvLib.Layers;

/// <summary>Told by a network what it has just done, on the thread that did it, so that a profile can say where the time goes.</summary>
internal interface IStepProbe
{
    /// <summary>This thread begins a call, or its share of one: its time before belongs to nothing.</summary>
    void Begin();

    /// <summary>What this thread did since its last call of the probe.</summary>
    void Done(StepPart part, EngineLayer? layer = null);
}
