using System.Numerics;

namespace AdvLib;

/// <summary>
/// Draws smooth strokes into a small grey image: each pixel is as bright as its centre is deep inside the nearest stroke.
/// One pen draws one image after another and allocates nothing.
/// </summary>
internal sealed class DigitPen
{
    /// <summary>Rows and columns of the image.</summary>
    public const int Side = 28;

    private const int LinesPerSpan = 6;
    private readonly float[] _distance = new float[Side * Side];
    private float _radius;
    private float _softness;

    /// <summary>Starts an image.</summary>
    /// <param name="radius">Half the width of the line, in pixels.</param>
    /// <param name="softness">Width of the edge from full to no light, in pixels.</param>
    public void Start(float radius, float softness)
    {
        (_radius, _softness) = (radius, softness);
        Array.Fill(_distance, float.MaxValue);
    }

    /// <summary>Draws one stroke: a Catmull-Rom curve through the points (in pixels), straight into and out of corners and ends.</summary>
    public void Draw(ReadOnlySpan<SkeletonPoint> path)
    {
        for (int i = 0; i + 1 < path.Length; i++)
        {
            Vector2 from = path[i].Position;
            Vector2 to = path[i + 1].Position;
            Vector2 before = i == 0 || path[i].IsCorner ? from : path[i - 1].Position;
            Vector2 after = i + 2 == path.Length || path[i + 1].IsCorner ? to : path[i + 2].Position;
            Vector2 last = from;
            for (int k = 1; k <= LinesPerSpan; k++)
            {
                float t = (float)k / LinesPerSpan;
                Vector2 next = 0.5f * (2 * from
                    + t * (to - before + t * (2 * before - 5 * from + 4 * to - after + t * (3 * from - before - 3 * to + after))));
                DrawLine(last, next);
                last = next;
            }
        }
    }

    /// <summary>Turns distances into light.</summary>
    /// <param name="image">Receives <see cref="Side"/> x <see cref="Side"/> bytes.</param>
    /// <param name="peak">The brightest light, in [0, 1].</param>
    public void Finish(Span<byte> image, float peak)
    {
        for (int i = 0; i < _distance.Length; i++)
        {
            float depth = 0.5f + (_radius - MathF.Sqrt(_distance[i])) / _softness;
            image[i] = (byte)(Math.Clamp(depth, 0, 1) * peak * 255 + 0.5f);
        }
    }

    // Keeps, for every pixel within reach, the squared distance of its centre to the nearest line.
    private void DrawLine(Vector2 from, Vector2 to)
    {
        float reach = _radius + 0.5f * _softness;
        int left = Math.Max(0, (int)(Math.Min(from.X, to.X) - reach - 0.5f));
        int right = Math.Min(Side - 1, (int)(Math.Max(from.X, to.X) + reach));
        int top = Math.Max(0, (int)(Math.Min(from.Y, to.Y) - reach - 0.5f));
        int bottom = Math.Min(Side - 1, (int)(Math.Max(from.Y, to.Y) + reach));
        float dx = to.X - from.X;
        float dy = to.Y - from.Y;
        float scale = 1 / Math.Max(dx * dx + dy * dy, 1e-12f);
        for (int row = top; row <= bottom; row++)
        {
            float py = row + 0.5f - from.Y;
            for (int column = left; column <= right; column++)
            {
                float px = column + 0.5f - from.X;
                float along = Math.Clamp((px * dx + py * dy) * scale, 0, 1);
                float ex = px - along * dx;
                float ey = py - along * dy;
                ref float distance = ref _distance[row * Side + column];
                distance = Math.Min(distance, ex * ex + ey * ey);
            }
        }
    }
}
