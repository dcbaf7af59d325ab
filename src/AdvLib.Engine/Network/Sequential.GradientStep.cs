namespace AdvLib;

public sealed unsafe partial class Sequential
{
    /// <summary>A training step whose gradients are computed by somebody else; it keeps the network until it is disposed of.</summary>
    internal readonly ref struct GradientStep
    {
        private readonly Sequential _model;
        private readonly Optimizer _optimizer;
        private readonly ModelGate.Entry _entry;

        public GradientStep(Sequential model, Optimizer optimizer, ModelGate.Entry entry)
        {
            (_model, _optimizer) = (model, optimizer);
            _entry = entry;
        }

        /// <summary>Refuses the step before the weights move: moving statistics go back to what they were.</summary>
        /// <param name="place">Where NaN or infinity was met.</param>
        /// <returns>What to throw.</returns>
        public NumericalFaultException Refuse(string place)
        {
            _model._statistics.CopyTo(_model._parameters.Statistics);
            return new NumericalFaultException(place, _optimizer.Steps + 1, isGiven: false);
        }

        /// <summary>Moves the weights against the gradients. What breaks them leaves a network that answers nothing.</summary>
        /// <param name="place">What made the gradients, for a fault.</param>
        /// <exception cref="NumericalFaultException">Weights are NaN or infinite now.</exception>
        public void Move(string place)
        {
            _model._version++;
            NetworkParameters all = _model._parameters;
            if (_optimizer.Step(_model._team, all.Weights, all.Gradients, all.Trainable))
                return;
            _model._fault = new NumericalFaultException(place, _optimizer.Steps, isGiven: false);
            throw _model._fault;
        }

        /// <summary>Lets the network go.</summary>
        public void Dispose() => _entry.Dispose();
    }
}
